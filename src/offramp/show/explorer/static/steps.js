// Places of a slider and the numbers they stand for: as round as a number can be while every step is another one.
export const STEPS = 200;

const at = ({ low, high, scale }, share) => (scale === "log" ? low * (high / low) ** share : low + (high - low) * share);

// Significant digits that tell the number of a step from those beside it, and no fewer than `least`.
export const digits = (handle, value, least) => {
  const { low, high, scale } = handle;
  const width = scale === "log" ? Math.abs(value) * ((high / low) ** (1 / STEPS) - 1) : (high - low) / STEPS;
  const order = (x) => Math.floor(Math.log10(x));
  const enough = width > 0 && value !== 0 ? order(Math.abs(value)) - order(width / 2) + 1 : least;
  return Math.min(15, Math.max(least, enough));
};

export const toStep = (handle, value) => {
  const { low, high, scale } = handle;
  const share = scale === "log" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.round(Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * STEPS);
};

export const fromStep = (handle, step) => {
  const value = at(handle, step / STEPS);
  // Half of a range with a sign is nothing, which sums of fractions miss by a hair.
  if (Math.abs(value) < 1e-9 * (handle.high - handle.low)) return 0;
  return Number(value.toPrecision(digits(handle, value, 3)));
};

// As a field shows it: what is tiny with its power of ten.
export const fieldText = (handle, value) => {
  const near = Number(value.toPrecision(digits(handle, value, 4)));
  return near !== 0 && Math.abs(near) < 1e-4 ? near.toExponential() : String(near);
};
