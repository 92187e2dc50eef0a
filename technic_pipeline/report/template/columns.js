// The scan that is shown, and the columns of its table.
const words = (coded, at) => coded.words[coded.codes[at]];
const sectorOf = (at) => words(symbols.sector, at);

const scans = data.scans.map((scan) => {
  const rows = scan.rows;
  // By ticker: two scans may say different things of a symbol.
  const place = new Map(rows.symbol.map((at, row) => [symbols.ticker[at], row]));
  const moved = rows.previous.map((before, row) => (before && scan.changes ? before - row - 1 : null));
  return { ...scan, place, moved };
});
let scan = scans[0];
let order = { key: "rank", down: false };

const ofSymbol = (values) => (row) => values[scan.rows.symbol[row]];
const COLUMNS = [
  { key: "rank", title: "Rank", number: true, value: (row) => row, cell: (row) => text(row + 1, "number soft") },
  { key: "moved", title: "Moved", number: true, down: true, value: (row) => scan.moved[row],
    cell: (row) => movedCell(row) },
  { key: "ticker", title: "Ticker", value: ofSymbol(symbols.ticker), cell: (row) => tickerCell(row) },
  { key: "name", title: "Name", value: ofSymbol(symbols.name), cell: (row) => text(ofSymbol(symbols.name)(row)) },
  { key: "sector", title: "Sector", value: (row) => sectorOf(scan.rows.symbol[row]),
    cell: (row) => text(sectorOf(scan.rows.symbol[row]), "soft") },
  { key: "line", title: `${data.sessions.length} sessions`, plain: true,
    cell: (row) => make("td", null, sparkline(scan.rows.symbol[row], 100, 22)) },
  { key: "close", title: "Close", number: true, down: true, value: ofSymbol(symbols.close),
    cell: (row) => closeCell(row) },
  { key: "change", title: "Change", number: true, down: true, value: ofSymbol(symbols.change),
    cell: (row) => { const v = ofSymbol(symbols.change)(row); return text(percent(v), `number ${direction(v)}`); } },
  { key: "score", title: "Score", number: true, down: true, value: (row) => scan.rows.score[row],
    cell: (row) => text(points(scan.rows.score[row]), "number score") },
  { key: "label", title: "Rating", down: true, value: ofSymbol(symbols.rating),
    cell: (row) => { const l = ofSymbol(symbols.label)(row); return text(l === null ? MISSING : data.labels[l]); } },
  { key: "strength", title: "RS", number: true, down: true, value: ofSymbol(symbols.strength),
    hint: "Relative strength, 1 to 99", cell: (row) => text(shown(ofSymbol(symbols.strength)(row), String), "number") },
  { key: "times", title: "Vol. \u00d7", number: true, down: true, value: ofSymbol(symbols.times),
    hint: "Volume over its mean of 10 bars",
    cell: (row) => text(shown(ofSymbol(symbols.times)(row), (v) => v.toFixed(2)), "number") },
  { key: "dollars", title: "$ a day", number: true, down: true, value: ofSymbol(symbols.dollars),
    hint: "Dollars traded a session, over 20 bars", cell: (row) => text(large(ofSymbol(symbols.dollars)(row)), "number") },
  { key: "cap", title: "Cap", number: true, down: true, value: ofSymbol(symbols.cap),
    hint: "Market capitalization", cell: (row) => text(large(ofSymbol(symbols.cap)(row)), "number") },
];
const columnOf = Object.fromEntries(COLUMNS.map((column) => [column.key, column]));

function movedCell(row) {
  const by = scan.moved[row];
  if (by === null) return text(scan.changes ? "new" : MISSING, "number soft");
  return text(by ? signed(by, 0) : "0", `number ${direction(by) || "soft"}`);
}
function tickerCell(row) {
  const at = scan.rows.symbol[row];
  const open = make("button", { type: "button", className: "link", textContent: symbols.ticker[at] });
  return make("td", null, open, make("span", { className: "more", textContent: symbols.name[at] }));
}
function closeCell(row) {
  const at = scan.rows.symbol[row], change = symbols.change[at];
  const more = make("span", { className: `more ${direction(change)}`, textContent: percent(change) });
  return make("td", { className: "number" }, price(symbols.close[at]), more);
}
