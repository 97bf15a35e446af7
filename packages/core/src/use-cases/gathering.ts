/** Does at once what is asked for while it is at work, up to a bound: one transaction where there would be many. */
export type Gathering<Item, Answer> = (item: Item) => Promise<Answer>;

type Waiting<Item, Answer> = {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Makes one over `work`, which answers every item in its order, or fails for all of them. `most` bounds the weight of what is
 * done at once; an item that weighs more is done alone. Without `weight` each weighs one.
 */
export function gathering<Item, Answer>(
  work: (items: readonly Item[]) => Promise<readonly Answer[]>,
  { most, weight = () => 1 }: { readonly most: number; readonly weight?: (item: Item) => number },
): Gathering<Item, Answer> {
  const waiting: Waiting<Item, Answer>[] = [];
  let busy = false;

  const next = (): readonly Waiting<Item, Answer>[] => {
    let sum = 0;
    const beyond = waiting.findIndex(({ item }, index) => (sum += weight(item)) > most && index > 0);
    return waiting.splice(0, beyond === -1 ? waiting.length : beyond);
  };
  const drain = async (): Promise<void> => {
    for (let together = next(); together.length > 0; together = next()) {
      try {
        const answers = await work(together.map(({ item }) => item));
        for (const [index, { resolve }] of together.entries()) resolve(answers[index] as Answer);
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    busy = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (busy) return;
      busy = true;
      void drain();
    });
}
