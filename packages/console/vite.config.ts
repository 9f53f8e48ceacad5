import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// While developing, `vite` passes the API on to a server with this token; the built console has no token.
const server = process.env['PATCHBAY_URL'] ?? 'http://127.0.0.1:7700';
const token = process.env['PATCHBAY_TOKEN'];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // Where the server puts the nonce of each answer's page (S-08).
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: 'dist',
    target: 'es2023',
    // Data addresses and inline scripts are what a strict content security policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      '/api': { target: server, ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}) },
    },
  },
});
