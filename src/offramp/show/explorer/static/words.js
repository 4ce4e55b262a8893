// Numbers for people, as the report writes them: two significant digits unless told otherwise.
const MINUS = "\u2212";

// Making a formatter takes a hundred times as long as using one.
const formats = new Map();
const rounded = (digits) => {
  if (!formats.has(digits)) formats.set(digits, new Intl.NumberFormat("en", { maximumSignificantDigits: Math.max(digits, 1) }));
  return formats.get(digits);
};
const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

export const number = (value, digits = 3) => {
  if (value === null || !Number.isFinite(value)) return "\u2013";
  if (value === 0) return "0";
  const near = Number(value.toPrecision(digits));
  const size = Math.abs(near);
  const sign = near < 0 ? MINUS : "";
  for (const [scale, word] of [[1e12, " trillion"], [1e9, " billion"], [1e6, " million"]]) {
    if (size >= scale) return sign + rounded(digits).format(size / scale) + word;
  }
  if (size < 1e-5) return near.toExponential(digits - 1);
  return sign + rounded(digits).format(size);
};

export const withUnit = (value, unit, digits = 3) => {
  if (typeof value === "string") return value;
  if (unit.startsWith("USD")) return `$${number(value, digits)}${unit.slice(3)}`;
  return unit ? `${number(value, digits)} ${unit}` : number(value, digits);
};

// A value of an outcome or a daily series, in the outcome's unit.
export const inUnit = (value, unit, digits = 3) => {
  if (value === null || !Number.isFinite(value)) return "\u2013";
  if (unit === "usd") return value < 0 ? `${MINUS}$${number(-value, digits)}` : `$${number(value, digits)}`;
  if (unit === "share") return `${number(value * 100, digits)}\u00a0%`;
  if (unit === "relative") return `${value > 0 ? "+" : ""}${number(value * 100, digits)}\u00a0%`;
  return number(value, digits);
};

export const dateText = (iso) => DATE.format(new Date(iso));

export const between = (low, high, unit) => `${withUnit(low, unit)} to ${withUnit(high, unit)}`;

// What may be given for a number, as a sentence.
export const wanted = ({ least, most }) => {
  if (least === null && most === null) return "Give a number.";
  if (most === null) return `Give a number of ${number(least)} or more.`;
  return least === null ? `Give a number of ${number(most)} or less.` : `Give a number from ${number(least)} to ${number(most)}.`;
};

// What a picture rests on, of: what a draw is of; where draws were carried over it says so.
export const drawn = ({ draws, simulated }, of = "", from = "") =>
  `${simulated} ${simulated === 1 ? "draw" : "draws"}${of}${simulated < draws ? ` and ${draws - simulated} carried over${from}` : ""}`;

export const basis = (frame, { soldiers }) => drawn(frame, ` of ${soldiers.toLocaleString("en")} soldiers`, " from the state before");
