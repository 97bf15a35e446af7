/** The compliance period over which a budget is spent. */
export type SloWindow =
  | { readonly kind: "rolling"; readonly lengthMs: number }
  | {
      readonly kind: "calendar";
      readonly unit: "week" | "month" | "quarter" | "year";
      /** An IANA zone; weeks start on Monday there. */
      readonly zone: string;
      /** First month of the fiscal year, 1 to 12; moves quarters and years. */
      readonly fiscalYearStart: number;
    };
