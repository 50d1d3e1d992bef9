/** Few patterns are matched often. */
const compiled = new Map<string, RegExp>();

/** Whether a value matches a pattern in which `*` stands for any characters and `?` for one. */
export function matchesPattern(pattern: string, value: string): boolean {
  const regExp = compiled.get(pattern) ?? compile(pattern);
  compiled.set(pattern, regExp);
  return regExp.test(value);
}

/** The same for actions, where case does not count. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesPattern(pattern.toLowerCase(), action.toLowerCase());
}

function compile(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's');
}
