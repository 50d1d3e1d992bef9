/** The rule that a text breaks which is not the name of a Region, or undefined when it is one. */
export function regionRule(region: string): string | undefined {
  return /^[a-z]{2,8}(?:-[a-z]{2,12}){1,2}-\d{1,2}$/.test(region)
    ? undefined
    : 'must be the name of a Region like us-east-1';
}
