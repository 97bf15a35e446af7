import { z } from "zod";
import { duration, words } from "./scalar.js";
import { secretText } from "./secret-text.js";

const token = secretText("What the sender must show as a bearer token; at least 16 characters.").optional();

const way = (description: string) =>
  words(description, "a way such as `alert.tags.0` or `/alert/tags/0`, or a text after `=`");
const ways = (description: string) =>
  z
    .record(z.string(), way("Where the value is, or the value itself after `=`."))
    .meta({ description, expected: "a map of names and ways" });

/** One webhook for alerts as it is written. */
export const webhookSchema = z
  .strictObject({
    token,
    alerts: way("The way to the list of alerts; the whole body is one when absent.").optional(),
    labels: ways("Labels; an alert is known by them.").default({}),
    labelsFrom: way("The way to a map whose values are all labels; those of `labels` win.").optional(),
    annotations: ways("Words for people, such as `summary`.").optional(),
    fingerprint: way("What the sender names the alert by; its labels name it when absent.").optional(),
    startsAt: way("When it began.").optional(),
    endsAt: way("When it ended.").optional(),
    generatorUrl: way("Where its rule can be looked at.").optional(),
    status: z
      .strictObject({
        at: way("Where the word is that says whether it fires."),
        resolved: z
          .array(words("A word."))
          .min(1, "The list is empty.")
          .meta({ description: "The words that say that it is over.", expected: "a list of words" }),
      })
      .meta({ description: "Whether it fires.", expected: "a map with `at` and `resolved`" })
      .optional(),
    resolveAfter: duration(
      "For a sender that repeats what still fires: without a repeat it is over after this.",
      "5m",
    ).optional(),
  })
  .meta({
    description: "Where alerts come in as any JSON, by a mapping.",
    expected: "a map with `labels` or `labelsFrom`",
  });
