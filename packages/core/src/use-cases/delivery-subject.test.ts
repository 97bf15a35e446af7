import { describe, expect, it } from "vitest";
import { deliverySubject } from "./delivery-subject.js";

describe("what a message is about", () => {
  it.each([
    ["page/INC-001/1/1/1/ada/sms", "INC-001", { incidentId: "INC-001", personId: "ada" }],
    ["page/INC-001/1/1/1/a%2Fb/sms:%2B49/retry/retry", "INC-001", { incidentId: "INC-001", personId: "a/b" }],
    ["news/INC-001/3/sms", "INC-001", { incidentId: "INC-001" }],
    ["INC-002@3/chat/retry", "INC-002", { incidentId: "INC-002" }],
    ["report/weekly", "report/weekly", {}],
  ])("is read from %s", (id, threadKey, subject) => {
    expect(deliverySubject({ id, notification: { threadKey } })).toEqual(subject);
  });
});
