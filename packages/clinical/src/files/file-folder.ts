const IN_DEVELOPMENT = '.data/secure-files';

/**
 * The folder of the files: `SECURE_FILE_STORAGE_PATH`, and in development one in the checkout. Null in
 * production where none is told: no file is taken then.
 */
export function fileFolderOf(environment: NodeJS.ProcessEnv): string | null {
  const { SECURE_FILE_STORAGE_PATH: told, NODE_ENV } = environment;
  if (NODE_ENV !== 'production')
    return told === undefined || isExample(told) ? IN_DEVELOPMENT : told;
  return told === undefined || told === '' ? null : told;
}

/** The example's folder is nobody's in development: who develops may seldom write there. */
function isExample(folder: string): boolean {
  return folder === '' || folder === '/var/holovitals/secure-files';
}
