// What the page is drawn with. Everything from the data goes through textContent: a name is never
// markup.
const data = JSON.parse(document.getElementById("data").textContent);
const symbols = data.symbols;
const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";
const TOP = LETTERS.length - 1;

function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}
function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
const text = (value, className) => make("td", { className: className || "", textContent: value });

// A gap in the bars is a gap in the line.
function sparkline(at, width, height) {
  const line = symbols.line[at];
  let path = "", pen = "M", first = null, last = null, lastX = 0;
  for (let i = 0; i < line.length; i++) {
    const level = LETTERS.indexOf(line[i]);
    if (level < 0) { pen = "M"; continue; }
    if (first === null) first = level;
    last = level;
    lastX = (i * width) / (line.length - 1 || 1);
    path += `${pen}${lastX.toFixed(1)} ${((1 - level / TOP) * (height - 4) + 2).toFixed(1)}`;
    // A close between two gaps is a dot.
    if (pen === "M" && !LETTERS.includes(line[i + 1])) path += "m-1 0h2";
    pen = "L";
  }
  const svg = draw("svg", {
    class: `spark ${first === null ? "" : direction(last - first)}`,
    viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true",
  });
  if (path) svg.append(draw("path", { d: path }));
  return svg;
}
function breadth(up, down, ranked) {
  const half = 50, share = (n) => (half * n) / (ranked || 1);
  const svg = draw("svg", { class: "gauge", viewBox: "0 0 100 14", preserveAspectRatio: "none", role: "img", "aria-label": `${down} down, ${up} up` },
    draw("rect", { class: "down", x: half - share(down), y: 3, width: share(down), height: 8 }),
    draw("rect", { class: "up", x: half, y: 3, width: share(up), height: 8 }));
  return make("td", { className: "breadth", title: `${down} down, ${up} up` }, svg);
}
function gauge(share, className) {
  return draw("svg", { class: "gauge", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("rect", { class: className, x: 0, y: 0, width: Math.max(share * 100, 0), height: 8 }));
}
