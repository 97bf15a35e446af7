import { expect, it } from "vitest";
import type { DeliveryBody } from "../api/on-call-resources.js";
import { undeliveredWords, whomWords } from "./undelivered-words.js";

const given = (...urgencies: readonly DeliveryBody["urgency"][]) =>
  undeliveredWords(urgencies.map((urgency) => ({ urgency }) as DeliveryBody));

it("counts pages apart, as nobody may know that they are wanted", () => {
  expect(given()).toBeUndefined();
  expect(given("page")).toEqual({ words: "1 page was not delivered.", loud: true });
  expect(given("ticket")).toEqual({ words: "1 message was not delivered.", loud: false });
  expect(given("page", "info", "page", "ticket")).toEqual({
    words: "2 pages and 2 messages were not delivered.",
    loud: true,
  });
});

it("names the person, or else the channel", () => {
  expect(whomWords({ notifier: "sms", person: "ana" })).toBe("ana by sms");
  expect(whomWords({ notifier: "chat" })).toBe("whoever reads chat");
});
