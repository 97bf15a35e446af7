/** Whoever wants to hear of something as it happens. */
export type Listeners<Told> = {
  /** Answers how to stop listening. */
  listen(listener: (told: Told) => void): () => void;
  tell(told: Told): void;
};

export function createListeners<Told>(): Listeners<Told> {
  const listeners = new Set<(told: Told) => void>();
  return {
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(told) {
      for (const hear of listeners) hear(told);
    },
  };
}
