/** Says that an adapter breaks a port's promise: what was promised and what was found. */
export class ContractViolation extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ContractViolation";
  }
}
