import { ANSWERS, DIALECTS, type Dialect, type Question } from '../../local/bedrock/dialect';

interface Finding {
  readonly answer: string;
  /** What was observed, in words for a person. */
  readonly evidence: string;
}

const QUESTIONS = Object.keys(ANSWERS) as Question[];

/** What an account has answered to the open questions. */
export class Findings {
  private readonly findings = new Map<Question, Finding[]>();

  /** Several sights may belong to one question: the first one answers it, the others stand beside it. */
  public note<Q extends Question>(question: Q, answer: Dialect[Q], evidence: string): void {
    this.findings.set(question, [...(this.findings.get(question) ?? []), { answer, evidence }]);
  }

  public answerTo<Q extends Question>(question: Q): Dialect[Q] | undefined {
    return this.findings.get(question)?.[0].answer as Dialect[Q] | undefined;
  }

  /** The dialect that the account speaks, where open questions have the answer that today's dialect has. */
  public get dialect(): Dialect {
    const answers = QUESTIONS.map((question) => [
      question,
      this.answerTo(question) ?? DIALECTS.today[question],
    ]);
    return Object.fromEntries(answers) as Dialect;
  }

  /** The dialect as an entry of `DIALECTS` in `local/bedrock/dialect.ts`, with what was observed. */
  public toString(): string {
    const lines = QUESTIONS.flatMap((question) => {
      const findings = this.findings.get(question);
      if (!findings) {
        return [`  // ${question}: still open`];
      }
      const comments = findings.map(({ answer, evidence }) => `  // ${answer}: ${evidence}`);
      return [...comments, `  ${question}: '${findings[0].answer}',`];
    });
    return ['{', '  ...today,', ...lines, '}'].join('\n');
  }
}
