export {
  createPostgresStorage,
  type PostgresStorage,
  type PostgresStorageOptions,
  type StorageHealth,
  type StorageTarget,
} from "./postgres-storage.js";
export type { PostgresTimer, PostgresTimerSettings } from "./timer/postgres-timer.js";
