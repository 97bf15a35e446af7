import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Builds the single page that the service serves at `/`. */
export default defineConfig({
  base: "/",
  plugins: [react()],
  build: {
    target: "es2022",
    // The service's content security policy allows scripts from its own address only: nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: { proxy: { "/api": process.env["PLIMSOLL_URL"] ?? "http://127.0.0.1:4700" } },
});
