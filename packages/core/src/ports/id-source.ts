/** Makes ids that are unique and sort by the time they were made. */
export interface IdSource {
  next(): string;
}
