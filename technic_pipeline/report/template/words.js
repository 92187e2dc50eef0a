// How values are written.
const MISSING = "\u2013";
const UNITS = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "K"]];

const grouped = new Intl.NumberFormat("en-US");
const twoPlaces = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const fourPlaces = new Intl.NumberFormat("en-US", { minimumFractionDigits: 4, maximumFractionDigits: 4 });
const shown = (value, write) => (value === null || value === undefined ? MISSING : write(value));
const price = (value) => shown(value, (v) => (Math.abs(v) < 1 ? fourPlaces : twoPlaces).format(v));
const points = (cents) => shown(cents, (v) => twoPlaces.format(v / 100));
const signed = (value, digits) =>
  shown(value, (v) => (v > 0 ? "+" : v < 0 ? "\u2212" : "") + Math.abs(v).toFixed(digits));
const percent = (value) => (value === null ? MISSING : `${signed(value, 2)}%`);
function large(value) {
  if (value === null) return MISSING;
  // From where three digits would round up to the next unit.
  const found = UNITS.find(([unit]) => value >= 0.9995 * unit);
  if (!found) return grouped.format(value);
  const [unit, letter] = found;
  const scaled = value / unit;
  return scaled.toFixed(scaled < 10 ? 2 : scaled < 100 ? 1 : 0) + letter;
}
const direction = (value) => (value > 0 ? "up" : value < 0 ? "down" : "");
const written = (name) => name.replaceAll("_", " ");

const REASONS = {
  no_bar: "No bar in this session", type: "Not of the scan's types", price: "Price below the minimum",
  liquidity: "Too little traded", history: "Too short a history", unexplained_jump: "Unexplained price jump",
  market_cap: "Market capitalization too small", no_score: "No component has a value",
};
function reasonText(reason) {
  if (reason in REASONS) return REASONS[reason];
  if (reason.startsWith("not_above_")) return `Not above its ${written(reason.slice(10))}`;
  if (reason.startsWith("no_")) return `No ${written(reason.slice(3))}`;
  return reason ? written(reason) : "No longer in the population";
}
