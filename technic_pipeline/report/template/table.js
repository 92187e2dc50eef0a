// The table: all rows in `visible`, and in the document those within sight.
// Rows above and below the visible ones that are there already when someone scrolls.
const AHEAD = 12;
const ROWS_IN_PRINT = 200;
const body = document.querySelector("#rows tbody");
let drawn = null;
const rowHeight = () => parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--row"));
let visible = [];
const haystack = symbols.ticker.map((t, at) => `${t}\n${symbols.name[at]}`.toLowerCase());

function gap(height) {
  // One cell: a span over columns that a narrow page hides would bring them back.
  const cell = make("td");
  cell.style.height = `${height}px`;
  return make("tr", { className: "gap", "aria-hidden": "true" }, cell);
}
function rowElement(at) {
  const row = visible[at];
  const element = make("tr", { className: "row", "aria-rowindex": String(at + 2) });
  element.dataset.row = row;
  for (const column of COLUMNS) {
    const cell = column.cell(row);
    cell.classList.add(`c-${column.key}`);
    element.append(cell);
  }
  return element;
}
function drawRows(force, limit) {
  const height = rowHeight();
  const above = -body.getBoundingClientRect().top;
  const top = Math.max(Math.floor(above / height), 0);
  const bottom = Math.min(Math.ceil((above + innerHeight) / height), visible.length);
  // A row that is replaced while it is pressed would miss the click.
  if (!force && drawn && drawn.height === height && drawn.first <= top && bottom <= drawn.last) return;
  let first = Math.max(top - AHEAD, 0);
  let last = Math.min(bottom + AHEAD, visible.length);
  if (limit) [first, last] = [0, Math.min(limit, visible.length)];
  first = Math.min(first, Math.max(last, 0));
  const focused = body.contains(document.activeElement) && document.activeElement.closest("tr").dataset.row;
  drawn = { first, last, height };
  const rows = [];
  // Print has no place for a gap.
  if (!limit) rows.push(gap(first * height));
  for (let at = first; at < last; at++) rows.push(rowElement(at));
  if (!limit) rows.push(gap((visible.length - Math.max(last, 0)) * height));
  if (visible.length === 0) rows.splice(0, rows.length, make("tr", { className: "empty" }, make("td", {
    colSpan: [...document.querySelectorAll("#rows th")].filter((th) => th.offsetParent).length,
    textContent: scan.ranked ? "No row fits these filters." : "This scan ranked nobody.",
  })));
  body.replaceChildren(...rows);
  if (focused) body.querySelector(`tr[data-row="${focused}"] button`)?.focus({ preventScroll: true });
}

function filtered() {
  const wanted = byId("search").value.trim().toLowerCase();
  const sector = byId("sector").value;
  const lowest = parseFloat(byId("price").value) || 0;
  const traded = (parseFloat(byId("dollars").value) || 0) * 1e6;
  const rows = [];
  scan.rows.symbol.forEach((at, row) => {
    if (wanted && !haystack[at].includes(wanted)) return;
    if (sector && sectorOf(at) !== sector) return;
    if (lowest && symbols.close[at] < lowest) return;
    if (traded && !(symbols.dollars[at] >= traded)) return;
    rows.push(row);
  });
  return rows;
}
const letters = new Intl.Collator("en");
// What is missing comes last, whichever way; equals keep the order of their ranks.
function sorted(rows) {
  if (order.key === "rank") return order.down ? rows.reverse() : rows;
  const value = columnOf[order.key].value;
  const keys = new Map(rows.map((row) => [row, value(row)]));
  const sign = order.down ? -1 : 1;
  return rows.sort((a, b) => {
    const left = keys.get(a), right = keys.get(b);
    if (left === right) return a - b;
    if (left === null || left === undefined) return 1;
    if (right === null || right === undefined) return -1;
    const by = typeof left === "string" ? letters.compare(left, right) : left - right;
    return sign * by || a - b;
  });
}
function showRows() {
  visible = sorted(filtered());
  byId("shown").textContent = visible.length === scan.ranked
    ? `${grouped.format(scan.ranked)} ranked`
    : `${grouped.format(visible.length)} of ${grouped.format(scan.ranked)}`;
  byId("rows").setAttribute("aria-rowcount", visible.length + 1);
  drawRows(true);
}
function sortBy(key, down) {
  order = { key, down };
  document.querySelectorAll("#rows th").forEach((th) => {
    if (th.dataset.key === key) th.setAttribute("aria-sort", down ? "descending" : "ascending");
    else th.removeAttribute("aria-sort");
  });
  byId("order").value = `${key} ${down ? "down" : "up"}`;
  // Whoever sorts from further down wants to see who is first.
  if (body.getBoundingClientRect().top < 0) byId("rows").scrollIntoView();
  showRows();
}
function buildHead() {
  const head = document.querySelector("#rows thead tr");
  for (const column of COLUMNS) {
    const th = make("th", { scope: "col", className: `c-${column.key}${column.number ? " number" : ""}` });
    th.dataset.key = column.key;
    const button = make("button", { type: "button", textContent: column.title, title: column.hint || "" });
    if (column.plain) button.disabled = true;
    button.addEventListener("click", () =>
      sortBy(column.key, order.key === column.key ? !order.down : Boolean(column.down)));
    th.append(button);
    head.append(th);
    if (!column.plain) for (const down of column.down ? [true, false] : [false, true]) {
      byId("order").append(make("option", {
        value: `${column.key} ${down ? "down" : "up"}`, textContent: `${column.title} ${down ? "\u2193" : "\u2191"}`,
      }));
    }
  }
  byId("order").addEventListener("change", (event) => {
    const [key, way] = event.target.value.split(" ");
    sortBy(key, way === "down");
  });
}
