export { createLabFleet } from "./lab-fleet.js";
export { createLabRemediator, LAB_REMEDIES } from "./lab-remediator.js";
