// One symbol: what its score is made of.
function openSymbol(row) {
  const at = scan.rows.symbol[row], rows = scan.rows, dialog = byId("symbol");
  const close = make("button", { type: "button", textContent: "Close" });
  close.addEventListener("click", () => dialog.close());
  const facts = (pairs) => make("table", null, make("tbody", null, ...pairs.map(([term, value, className]) =>
    make("tr", null, text(term, "soft"), text(value, `number ${className || ""}`)))));
  const weights = scan.weights.reduce((sum, [, weight], i) => sum + (rows.parts[i][row] === null ? 0 : weight), 0);
  const parts = make("table", { className: "parts" }, make("tbody", null, ...scan.weights.map(([component, weight], i) => {
    const part = rows.parts[i][row], most = (weight / (weights || 1)) * 10000;
    return make("tr", null, text(written(component)), make("td", null, gauge(part === null ? 0 : part / most, "part")),
      text(part === null ? "missing" : `of ${(most / 100).toFixed(1)}`, "number soft"), text(points(part), "number"));
  }), make("tr", { className: SUM }, text("Score"), text(""), text("of 100", "number soft"), text(points(rows.score[row]), "number"))));
  const others = scans.filter((other) => other !== scan && other.place.has(symbols.ticker[at]));
  dialog.replaceChildren(
    make("div", { className: "head" },
      make("div", null, make("h2", { id: "symbol-title", textContent: symbols.ticker[at] }),
        make("p", { textContent: symbols.name[at] }),
        make("p", { className: "soft", textContent: [sectorOf(at), words(symbols.industry, at)].filter(Boolean).join(" \u00b7 ") })),
      close),
    sparkline(at, 400, 72),
    make("p", { className: "soft", textContent: `Closes of ${data.sessions[0]} to ${data.session}, adjusted for splits` }),
    make("h3", { textContent: `Rank ${row + 1} of ${grouped.format(scan.ranked)} in ${written(scan.name)}, ${rows.in_sector[row]} in its sector` }),
    parts,
    make("h3", { textContent: "Levels" }),
    facts([["Entry", price(rows.entry[row])], ["Stop", price(rows.stop[row])], ["Target", price(rows.target[row])]]),
    make("h3", { textContent: "Session" }),
    facts([["Close", price(symbols.close[at])], ["Change", percent(symbols.change[at]), direction(symbols.change[at])],
      ["Volume", large(symbols.volume[at])], ["Volume over its mean of 10 bars", shown(symbols.times[at], (v) => v.toFixed(2))],
      ["Dollars a session, over 20 bars", large(symbols.dollars[at])], ["Market capitalization", large(symbols.cap[at])],
      ["Rating", symbols.label[at] === null ? MISSING : `${data.labels[symbols.label[at]]} (${signed(symbols.rating[at], 2)})`],
      ["Relative strength, 1 to 99", shown(symbols.strength[at], String)]]),
    ...(others.length ? [make("h3", { textContent: "Other scans" }),
      facts(others.map((other) => [written(other.name), `#${other.place.get(symbols.ticker[at]) + 1}`]))] : []),
  );
  dialog.showModal();
  dialog.scrollTop = 0;
}
