// What the tests ask of the page, run inside it.
window.tests = {
  // Milliseconds from an event to the rows that it asks for being on the screen.
  painted: (act) => new Promise((done) => {
    const started = performance.now();
    act();
    // What is posted within a frame runs once that frame is painted.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now() - started);
      port2.postMessage(null);
    });
  }),
  sort: (title) => tests.painted(() =>
    [...document.querySelectorAll("#rows thead button")].find((b) => b.textContent === title).click()),
  type: (words) => tests.painted(() => {
    const box = document.getElementById("search");
    box.value = words;
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }),
  // The least contrast of any text with what is behind it, as WCAG counts it, and that text.
  faintest: () => {
    const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
    const light = (colour) => numbers(colour).slice(0, 3)
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (element) => {
      const colour = getComputedStyle(element).backgroundColor;
      return numbers(colour)[3] === 0 ? behind(element.parentElement) : colour;
    };
    const written = [...document.querySelectorAll("body *")].filter((element) =>
      element.checkVisibility() && [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
    return written.map((element) => {
      const [dark, bright] = [light(getComputedStyle(element).color), light(behind(element))].sort();
      return [(bright + 0.05) / (dark + 0.05), element.textContent];
    }).sort((a, b) => a[0] - b[0])[0];
  },
};
