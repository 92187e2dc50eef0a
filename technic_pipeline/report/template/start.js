// The scan chosen, and what a person does.
function showScan(chosen) {
  scan = chosen;
  document.querySelectorAll("#scans button").forEach((button) =>
    button.setAttribute("aria-pressed", button.dataset.scan === scan.name));
  showFacts();
  showChanges();
  showSectors();
  showFunnel();
  showRows();
}

function start() {
  byId("day").textContent = `${data.weekday}, ${data.session}`;
  byId("scans").append(...scans.map((each) => {
    const button = make("button", { type: "button", textContent: written(each.name) });
    button.dataset.scan = each.name;
    button.addEventListener("click", () => showScan(each));
    return button;
  }));
  byId("footer").append(
    make("p", { textContent: "No investment advice: a ranking by fixed rules of past prices and figures, which may be wrong." }),
    make("p", { textContent: `Page made ${data.made}; lines show closes as known then, sessions without a bar left open.` }));
  buildHead();
  if (matchMedia("(max-width: 640px)").matches) {
    document.querySelectorAll("main details").forEach((details) => { details.open = false; });
  }
  byId("filters").addEventListener("input", (event) => { if (event.target.id !== "order") showRows(); });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", () => setTimeout(() => sortBy("rank", false)));
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr.row");
    if (row) openSymbol(Number(row.dataset.row));
  });
  byId("symbol").addEventListener("click", (event) => {
    const dialog = event.currentTarget;
    // A click beside it; one on its own edge has the same target.
    if (event.target === dialog && event.clientX < dialog.getBoundingClientRect().left) dialog.close();
  });
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; drawRows(false); });
  };
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  document.querySelectorAll("main details").forEach((details) => details.addEventListener("toggle", later));
  addEventListener("beforeprint", () => drawRows(true, ROWS_IN_PRINT));
  addEventListener("afterprint", () => drawRows(true));
  showScan(scan);
  sortBy("rank", false);
}
start();
