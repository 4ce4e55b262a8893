// Prior sets: what those believe who believe otherwise. A set replaces what is known of some of the numbers.

// The handles as they stand under a prior set: other intervals, medians, notes and sources.
export const handlesUnder = (scenario, prior) => {
  const inputs = scenario.priors.find(({ name }) => name === prior)?.inputs;
  if (!inputs) return scenario.handles;
  return scenario.handles.map((handle) => (inputs[handle.path] ? { ...handle, ...inputs[handle.path], note: `${prior}: ${inputs[handle.path].note}`, evidence: inputs[handle.path].evidence.length ? inputs[handle.path].evidence : handle.evidence } : handle));
};
