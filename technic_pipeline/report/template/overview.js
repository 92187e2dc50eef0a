// What stands above the table.
// Of each list so many at first, and so many at all.
const FIRST = 6;
const NAMED = 30;
const SUM = "sum";

function opener(row, ticker) {
  const button = make("button", { type: "button", className: "link", textContent: ticker });
  button.addEventListener("click", () => openSymbol(row));
  return button;
}
const tickerAt = (row) => symbols.ticker[scan.rows.symbol[row]];
const nameAt = (row) => symbols.name[scan.rows.symbol[row]];
function item(head, what, figure, className) {
  return make("li", null, head, make("span", { className: "what", textContent: what, title: what }),
    make("span", { className: className || "", textContent: figure }));
}
function list(title, total, items) {
  const lines = make("ol", null, ...items.slice(0, FIRST));
  const more = make("button", { type: "button", className: "link", textContent: `${grouped.format(total - FIRST)} more` });
  more.addEventListener("click", () => {
    lines.append(...items.slice(FIRST));
    const unnamed = total - items.length;
    more.replaceWith(unnamed ? make("p", { className: "soft", textContent: `and ${grouped.format(unnamed)} more` }) : "");
  });
  return make("div", null, make("h3", { textContent: `${title} (${grouped.format(total)})` }), lines, total > FIRST ? more : null);
}
function labels(title, group) {
  return list(title, group.count, group.named.map(([rank, before, now]) =>
    item(opener(rank - 1, tickerAt(rank - 1)), `${data.labels[before]} \u2192 ${data.labels[now]}`, `#${rank}`)));
}
function showChanges() {
  const changes = scan.changes;
  byId("since").textContent = changes ? `since ${changes.since}` : "";
  if (!changes) {
    byId("lists").replaceChildren(make("p", { className: "soft", textContent: "No earlier session of this scan was published." }));
    return;
  }
  const all = scan.rows.symbol.map((_, row) => row);
  const entered = all.filter((row) => scan.moved[row] === null);
  const rose = all.filter((row) => scan.moved[row] > 0).sort((a, b) => scan.moved[b] - scan.moved[a]);
  const fell = all.filter((row) => scan.moved[row] < 0).sort((a, b) => scan.moved[a] - scan.moved[b]);
  const moves = (rows) => rows.slice(0, NAMED).map((row) =>
    item(opener(row, tickerAt(row)), `${scan.rows.previous[row]} \u2192 ${row + 1}`, signed(scan.moved[row], 0), direction(scan.moved[row])));
  byId("lists").replaceChildren(
    list("Entered", entered.length, entered.slice(0, NAMED).map((row) => item(opener(row, tickerAt(row)), nameAt(row), `#${row + 1}`))),
    list("Left", changes.left.count, changes.left.named.map(([ticker, name, before, reason]) =>
      item(make("strong", { textContent: ticker, title: name }), reasonText(reason), `was #${before}`, "soft"))),
    list("Rose", rose.length, moves(rose)),
    list("Fell", fell.length, moves(fell)),
    labels("Rated higher", changes.raised),
    labels("Rated lower", changes.lowered),
  );
}
function showSectors() {
  document.querySelector("#sectors tbody").replaceChildren(...scan.sectors.map(([sector, ranked, score, up, down, best]) => {
    const pick = make("button", { type: "button", className: "link", textContent: sector });
    pick.addEventListener("click", () => {
      byId("sector").value = byId("sector").value === sector ? "" : sector;
      showRows();
      byId("ranking").scrollIntoView();
    });
    return make("tr", null, make("td", null, pick), text(grouped.format(ranked), "number"), text(score.toFixed(1), "number"),
      breadth(up, down, ranked), make("td", null, opener(best - 1, tickerAt(best - 1))));
  }));
  const chosen = byId("sector").value;
  const names = scan.sectors.map(([sector]) => sector).sort(letters.compare);
  byId("sector").replaceChildren(make("option", { value: "", textContent: "All sectors" }),
    ...names.map((sector) => make("option", { value: sector, textContent: sector })));
  byId("sector").value = names.includes(chosen) ? chosen : "";
}
function showFunnel() {
  const line = (words, number, className, kind) => make("tr", { className: className || "" }, text(words),
    text(grouped.format(number), "number"), make("td", { className: "breadth" }, gauge(number / (scan.population || 1), kind)));
  document.querySelector("#funnel tbody").replaceChildren(
    line("Population", scan.population, SUM, "rest"),
    ...scan.funnel.map(([reason, number]) => line(reasonText(reason), number, "", "rest")),
    line("Ranked", scan.ranked, SUM, "part"));
}
function showFacts() {
  byId("description").textContent = scan.description;
  byId("stale").hidden = !scan.stale;
  byId("stale").textContent = scan.stale ? `Its inputs have changed since ${scan.stale}; materialize the session again for a new version.` : "";
  const facts = [["Population", grouped.format(scan.population)], ["Ranked", grouped.format(scan.ranked)],
    ["Version", scan.version], ["Published", scan.published]];
  byId("facts").replaceChildren(...facts.map(([term, value]) =>
    make("div", null, make("dt", { textContent: term }), make("dd", { textContent: value }))));
}
