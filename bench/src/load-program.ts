import { connect, type Socket } from "node:net";

/** What is asked of the load generator: a path, and either as fast as it goes or at a steady pace. */
export type LoadQuestion = {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests per second over all connections, each timed from when it was due; absent: the next as soon as one is answered. */
  readonly pace?: number;
};

/** What came of it; latencies in milliseconds. */
export type LoadAnswer = {
  readonly requests: number;
  readonly seconds: number;
  readonly failed: number;
  /** Connections whose last request was given up, two seconds after time was up; latencies count how long it had waited. */
  readonly unanswered: number;
  /** Bytes of one whole answer, the last one. */
  readonly answerBytes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
};

/*
 * A load generator of its own process: HTTP/1.1 over kept connections, one request at a time on each. It reads no more of an answer
 * than its status and length, so that it costs less than what it measures.
 */
process.on("message", (question: LoadQuestion) => {
  void load(question).then((answer) => process.send?.(answer));
});
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
process.send?.("ready");

const GRACE_MS = 2_000;

type Tally = { failed: number; unanswered: number; answerBytes: number; readonly latencies: number[] };

async function load({ url, connections, seconds, pace }: LoadQuestion): Promise<LoadAnswer> {
  const tally: Tally = { failed: 0, unanswered: 0, answerBytes: 0, latencies: [] };
  const start = performance.now();
  const endMs = start + seconds * 1_000;
  const everyMs = pace === undefined ? 0 : (connections * 1_000) / pace;
  const lanes = Array.from({ length: connections }, (_, lane) =>
    runLane(new URL(url), tally, { startMs: start + (lane / connections) * everyMs, endMs, everyMs }),
  );
  await Promise.all(lanes);
  const sorted = Float64Array.from(tally.latencies).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  const { failed, unanswered, answerBytes } = tally;
  return {
    requests: sorted.length - unanswered,
    seconds: (performance.now() - start) / 1_000,
    failed,
    unanswered,
    answerBytes,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
  };
}

type LaneTimes = { readonly startMs: number; readonly endMs: number; readonly everyMs: number };

/** One connection: sends, waits for the answer, sends again; ends when time is up and its last answer is there. */
function runLane(url: URL, tally: Tally, { startMs, endMs, everyMs }: LaneTimes): Promise<void> {
  const text = `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nAccept: */*\r\n\r\n`;
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(Number(url.port), url.hostname);
    socket.setNoDelay(true);
    let dueMs = startMs;
    const givenUp = setTimeout(
      () => {
        tally.unanswered += 1;
        tally.latencies.push(performance.now() - dueMs);
        socket.destroy();
        resolve();
      },
      endMs + GRACE_MS - performance.now(),
    );
    const send = (): void => {
      const nowMs = performance.now();
      if (Math.max(nowMs, dueMs) >= endMs) {
        clearTimeout(givenUp);
        socket.end();
        resolve();
      } else if (dueMs > nowMs) setTimeout(send, dueMs - nowMs);
      else {
        if (everyMs === 0) dueMs = nowMs;
        socket.write(text);
      }
    };
    const answers = createAnswerReader((status, bytes) => {
      tally.latencies.push(performance.now() - dueMs);
      if (status !== 200) tally.failed += 1;
      tally.answerBytes = bytes;
      dueMs += everyMs;
      send();
    });
    socket.on("connect", send);
    socket.on("data", answers);
    socket.on("error", reject);
  });
}

/** Finds where each answer ends: after its header, as many bytes as it announces. */
function createAnswerReader(onAnswer: (status: number, bytes: number) => void): (chunk: Buffer) => void {
  let head = "";
  let status = 0;
  let answerBytes = 0;
  let missing = 0;
  return (chunk) => {
    let body = chunk.length;
    if (missing === 0) {
      head += chunk.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(head.slice(0, end + 2))?.[1];
      if (length === undefined) throw new Error(`an answer without a length: ${head.slice(0, 200)}`);
      status = Number(head.slice(9, 12));
      answerBytes = end + 4 + Number(length);
      missing = answerBytes;
      body = head.length;
      head = "";
    }
    missing -= body;
    if (missing === 0) onAnswer(status, answerBytes);
    else if (missing < 0) throw new Error("an answer was longer than it announced");
  };
}
