import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@holovitals/source'] },
  ssr: { resolve: { conditions: ['@holovitals/source'] } },
});
