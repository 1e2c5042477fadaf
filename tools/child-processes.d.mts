export const CHILD_PROCESSES: readonly { readonly selector: string; readonly message: string }[];
