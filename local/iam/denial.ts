import type { Verdict } from './evaluate';
import type { ActionRequest } from './policy';

const REASONS: Readonly<Record<Exclude<Verdict, 'allowed'>, (action: string) => string>> = {
  'denied explicitly': () => 'with an explicit deny in an identity-based policy',
  'not allowed': (action) => `because no identity-based policy allows the ${action} action`,
  'not allowed by the boundary': (action) => `because no permissions boundary allows the ${action} action`,
};

/** How AWS words a denial. */
export function denialMessage(
  session: string,
  { action, resource }: ActionRequest,
  verdict: Exclude<Verdict, 'allowed'>,
): string {
  const reason = REASONS[verdict](action);
  return `User: ${session} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
}
