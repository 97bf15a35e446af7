/** One numbered step of the schema; once released it never changes. */
export type Migration = { readonly number: number; readonly name: string; readonly statements: readonly string[] };

/** Every step from an empty database to this version's schema, in order. */
export const MIGRATIONS: readonly Migration[] = [
  {
    number: 1,
    name: "events and outbox",
    statements: [
      // `json` and not `jsonb`: what was written comes back as it was, also a \u0000 or half a surrogate pair in somebody's error text.
      `CREATE TABLE plimsoll.events (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        stream text NOT NULL,
        version bigint NOT NULL,
        id text NOT NULL,
        type text NOT NULL,
        at_ms bigint NOT NULL,
        actor text NOT NULL,
        data json NOT NULL,
        CONSTRAINT events_stream_version UNIQUE (stream, version),
        CONSTRAINT events_id UNIQUE (id)
      )`,
      `CREATE TABLE plimsoll.outbox (position bigint PRIMARY KEY)`,
    ],
  },
  {
    number: 2,
    name: "slices and ledger checkpoint",
    statements: [
      `CREATE TABLE plimsoll.slo_keys (
        slo_key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        slo text COLLATE "C" NOT NULL UNIQUE
      )`,
      `CREATE TABLE plimsoll.slices (
        slo_key integer NOT NULL,
        slices integer NOT NULL,
        slice_ms bigint NOT NULL,
        good float8 NOT NULL,
        total float8 NOT NULL,
        sequence bigint NOT NULL,
        PRIMARY KEY (slo_key, slice_ms)
      )`,
      `CREATE UNIQUE INDEX slices_sequence ON plimsoll.slices (sequence)`,
      `CREATE TABLE plimsoll.slice_counter (latest bigint NOT NULL)`,
      `INSERT INTO plimsoll.slice_counter VALUES (0)`,
      `CREATE TABLE plimsoll.ledger_checkpoint (
        generation bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        sequence bigint NOT NULL,
        at_ms bigint NOT NULL,
        layout json NOT NULL,
        chunk_sizes integer[] NOT NULL,
        checksum text NOT NULL,
        complete boolean NOT NULL
      )`,
      `CREATE TABLE plimsoll.ledger_checkpoint_piece (
        generation bigint NOT NULL,
        number integer NOT NULL,
        bytes bytea NOT NULL,
        PRIMARY KEY (generation, number)
      )`,
      // Counts do not compress well enough to pay for trying.
      `ALTER TABLE plimsoll.ledger_checkpoint_piece ALTER bytes SET STORAGE EXTERNAL`,
    ],
  },
  {
    number: 3,
    name: "audit",
    statements: [
      `CREATE TABLE plimsoll.audit (
        number bigint PRIMARY KEY,
        at_ms bigint NOT NULL,
        actor text NOT NULL,
        action text NOT NULL,
        subject text NOT NULL,
        details json NOT NULL,
        previous_hash text NOT NULL,
        hash text NOT NULL
      )`,
      `CREATE TABLE plimsoll.audit_head (number bigint NOT NULL, hash text NOT NULL)`,
      `INSERT INTO plimsoll.audit_head VALUES (0, repeat('0', 64))`,
    ],
  },
  {
    number: 4,
    name: "slices in blocks",
    statements: [
      // A round of many SLOs is one row: see slice-block.ts for the bytes, and ADR 0011 for why.
      `CREATE TABLE plimsoll.slice_blocks (
        first_sequence bigint PRIMARY KEY,
        last_sequence bigint NOT NULL,
        from_ms bigint NOT NULL,
        to_ms bigint NOT NULL,
        first_key integer NOT NULL,
        last_key integer NOT NULL,
        slices integer NOT NULL,
        merged boolean NOT NULL,
        packed bytea NOT NULL
      )`,
      `CREATE INDEX slice_blocks_time ON plimsoll.slice_blocks (from_ms)`,
      // They are packed already; trying to compress them would cost more than it could save.
      `ALTER TABLE plimsoll.slice_blocks ALTER packed SET STORAGE EXTERNAL`,
      // Format 1, each column in form 2 (doubles). The next merge packs them tighter.
      `INSERT INTO plimsoll.slice_blocks
        SELECT min(sequence), max(sequence), min(slice_ms), max(slice_ms), min(slo_key), max(slo_key), count(*), false,
          '\\x01'::bytea
          || '\\x02'::bytea || string_agg(float8send(sequence), ''::bytea ORDER BY sequence)
          || '\\x02'::bytea || string_agg(float8send(slo_key), ''::bytea ORDER BY sequence)
          || '\\x02'::bytea || string_agg(float8send(slice_ms), ''::bytea ORDER BY sequence)
          || '\\x02'::bytea || string_agg(float8send(good), ''::bytea ORDER BY sequence)
          || '\\x02'::bytea || string_agg(float8send(total), ''::bytea ORDER BY sequence)
          || '\\x02'::bytea || string_agg(float8send(slices), ''::bytea ORDER BY sequence)
        FROM plimsoll.slices GROUP BY slice_ms / 3600000, sequence / 8192`,
      `DROP TABLE plimsoll.slices`,
    ],
  },
  {
    number: 5,
    name: "append of events as a function",
    statements: [
      /*
       * Events and outbox rows in one statement, and nothing when a version is not as expected. As a function, so that its
       * plans are made once a session also where the driver has no prepared statements: as one statement with common table
       * expressions the embedded database spent three times as long on it.
       *
       * The lock is held shared by every append until it has committed: see `readAll` in postgres-event-store.ts.
       */
      `CREATE FUNCTION plimsoll.append_events(
        write_streams text[], expected bigint[],
        streams text[], versions bigint[], ids text[], types text[], at_ms bigint[], actors text[], data text[]
      ) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
      DECLARE
        taken bigint;
      BEGIN
        PERFORM pg_advisory_xact_lock_shared(7546876302);
        FOR number IN 1 .. cardinality(write_streams) LOOP
          IF expected[number] <> coalesce((
            SELECT e.version FROM plimsoll.events AS e WHERE e.stream = write_streams[number] ORDER BY e.version DESC LIMIT 1
          ), 0) THEN
            RETURN;
          END IF;
        END LOOP;
        FOR number IN 1 .. cardinality(streams) LOOP
          INSERT INTO plimsoll.events AS e (stream, version, id, type, at_ms, actor, data)
          VALUES (streams[number], versions[number], ids[number], types[number], at_ms[number], actors[number], data[number]::json)
          RETURNING e.position INTO taken;
          INSERT INTO plimsoll.outbox (position) VALUES (taken);
          RETURN NEXT taken;
        END LOOP;
      END $$`,
    ],
  },
];
