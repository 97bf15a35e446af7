import { z } from "zod";
import { Secret } from "../secret.js";

/** A secret: written as a reference, and here already an object with `reveal()`. */
export function secretText(description: string) {
  return z.instanceof(Secret).meta({ description, secret: true, expected: "a reference such as `${env:NAME}`" });
}
