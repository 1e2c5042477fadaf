export const PACKAGES: Readonly<
  Record<
    string,
    {
      readonly uses: readonly string[];
      readonly subpaths?: Readonly<Record<string, string>>;
      readonly rooms?: readonly string[];
      readonly bundles?: readonly string[];
    }
  >
>;
