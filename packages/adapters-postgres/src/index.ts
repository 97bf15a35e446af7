export {
  createPostgresStorage,
  type PostgresStorage,
  type PostgresStorageOptions,
  type StorageHealth,
  type StorageTarget,
} from "./postgres-storage.js";
