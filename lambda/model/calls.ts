import { call, CallError, isUnreached } from '../shared/errors';

/** The calls of one poll: they end in time together, and tell which services have ever been reached. */
export class Calls {
  private readonly options: { readonly abortSignal: AbortSignal };
  private readonly reached: Set<string>;

  constructor(limitMs: number, reached: readonly string[] = []) {
    this.options = { abortSignal: AbortSignal.timeout(limitMs) };
    this.reached = new Set(reached);
  }

  /** The services that have answered, now or in an earlier poll. */
  public get reachedServices(): string[] {
    return [...this.reached];
  }

  /** Whether a service has ever answered. */
  public hasReached(action: string): boolean {
    return this.reached.has(serviceOf(action));
  }

  /**
   * Makes a call.
   *
   * @param action its permission: `bedrock:GetModelImportJob`
   * @throws CallError
   */
  public async call<T>(
    action: string,
    send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
    resource?: string,
  ): Promise<T> {
    try {
      const answer = await call(action, send(this.options), resource);
      this.reached.add(serviceOf(action));
      return answer;
    } catch (error) {
      if (error instanceof CallError && !isUnreached(error.serviceError)) {
        this.reached.add(serviceOf(action));
      }
      throw error;
    }
  }
}

export function serviceOf(action: string): string {
  return action.split(':')[0];
}
