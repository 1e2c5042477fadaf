export const PACKAGES: Readonly<
  Record<
    string,
    {
      readonly uses: readonly string[];
      readonly subpaths?: readonly string[];
      readonly bundles?: readonly string[];
    }
  >
>;
