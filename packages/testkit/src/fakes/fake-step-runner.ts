import type { CheckVerdict, StepOrder, StepOutcome, StepQuestion, StepRunner } from "@plimsoll/core";

/** A step runner that does nothing and answers what a test says; orders and questions are kept, oldest first. */
export type FakeStepRunner = StepRunner & {
  readonly orders: readonly StepOrder[];
  readonly questions: readonly StepQuestion[];
};

/** Makes a step runner; unless told otherwise, all orders succeed and all checks hold. */
export function createFakeStepRunner(
  answers: {
    readonly run?: (order: StepOrder) => StepOutcome;
    readonly check?: (question: StepQuestion) => CheckVerdict;
  } = {},
): FakeStepRunner {
  const orders: StepOrder[] = [];
  const questions: StepQuestion[] = [];
  return {
    orders,
    questions,
    async run(order) {
      orders.push(order);
      return answers.run?.(order) ?? { kind: "succeeded", summary: "as the test says" };
    },
    async check(question) {
      questions.push(question);
      return answers.check?.(question) ?? { verdict: "holds", saw: "as the test says" };
    },
  };
}
