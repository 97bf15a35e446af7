import { PlimsollError } from "@plimsoll/core";
import type { Random } from "./random.js";

/** Is thrown by every port of a process that is dead: nothing that it still does has an effect. */
export class Dead extends Error {
  override readonly name = "Dead";
}

/** What may go wrong with a schedule's processes, while it may. */
export type Trouble = {
  readonly random: Random;
  /** Taken back for the end, when everything has to come right. */
  armed: boolean;
  /** How much may still go wrong. */
  left: number;
  /** How often what was under way did not come to its end as it should: by a crash, a pause or a call that failed. */
  interruptions: number;
  /** How many processes that have stood still are there yet, and may go on with what they were at. */
  standing: number;
  /** What went wrong, in order, for whoever looks into a seed. */
  readonly story: string[];
};

/** One process: it lives, dies between any two awaits, or stands still for a while and then goes on as if nothing had been. */
export type Process = {
  readonly id: number;
  /** How far its clock is off. */
  readonly skewMs: number;
  readonly dead: boolean;
  /** Another one has taken its place; it does not know. */
  readonly replaced: boolean;
  /** Comes true when it dies or stands still. */
  readonly halted: Promise<void>;
  readonly isHalted: boolean;
  kill(): void;
  replace(): void;
  /** Lets one that stands still go on. */
  wake(): void;
  /** Puts a call of a port into what can go wrong. */
  call<Args extends readonly unknown[], Value>(
    name: string,
    run: (...args: Args) => Promise<Value>,
  ): (...args: Args) => Promise<Value>;
};

const TROUBLE_PER_CALL = 0.012;

export function createProcess(id: number, skewMs: number, trouble: Trouble): Process {
  return new TroubledProcess(id, skewMs, trouble);
}

class TroubledProcess implements Process {
  readonly id: number;
  readonly skewMs: number;
  readonly halted: Promise<void>;
  readonly #trouble: Trouble;
  #halt: () => void = () => undefined;
  #goOn: () => void = () => undefined;
  #standing: Promise<void> = Promise.resolve();
  #dead = false;
  #replaced = false;
  #hasStood = false;
  #isHalted = false;

  constructor(id: number, skewMs: number, trouble: Trouble) {
    this.id = id;
    this.skewMs = skewMs;
    this.#trouble = trouble;
    this.halted = new Promise((resolve) => (this.#halt = resolve));
  }

  get dead(): boolean {
    return this.#dead;
  }

  get replaced(): boolean {
    return this.#replaced;
  }

  get isHalted(): boolean {
    return this.#isHalted;
  }

  kill(): void {
    this.#die();
    this.#goOn();
    this.#stop();
  }

  replace(): void {
    this.#replaced = true;
  }

  wake(): void {
    this.#goOn();
  }

  // Taken off the process by those who wrap ports with it, so that it may not ask for `this`.
  readonly call =
    <Args extends readonly unknown[], Value>(name: string, run: (...args: Args) => Promise<Value>) =>
    async (...args: Args): Promise<Value> => {
      await this.#strike(`before ${name}`);
      const value = await run(...args);
      await this.#strike(`after ${name}`);
      return value;
    };

  #die(): void {
    if (this.#hasStood && !this.#dead) this.#trouble.standing -= 1;
    this.#dead = true;
  }

  #stop(): void {
    this.#isHalted = true;
    this.#halt();
  }

  #live(): void {
    if (this.#dead) throw new Dead();
  }

  async #strike(place: string): Promise<void> {
    const { random } = this.#trouble;
    this.#live();
    // Other work that is under way goes first, sometimes.
    await ticks(random.below(4));
    await this.#standing;
    this.#live();
    if (!this.#trouble.armed || this.#trouble.left === 0 || !random.chance(TROUBLE_PER_CALL)) return;
    this.#trouble.left -= 1;
    this.#trouble.interruptions += 1;
    const kind = random.pick(["crash", "crash", "failure", "pause"] as const);
    this.#trouble.story.push(`process ${this.id}: ${kind} ${place}`);
    switch (kind) {
      case "crash":
        this.#die();
        this.#stop();
        throw new Dead();
      case "failure":
        throw new PlimsollError({ code: "simulated", message: `${place} failed`, retryable: true });
      case "pause":
        if (!this.#hasStood) this.#trouble.standing += 1;
        this.#hasStood = true;
        this.#standing = new Promise((resolve) => (this.#goOn = resolve));
        this.#stop();
        await this.#standing;
        this.#live();
    }
  }
}

/** Lets what is under way go on for so many turns of the queue of microtasks. */
export async function ticks(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) await Promise.resolve();
}
