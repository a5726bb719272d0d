export const FINGERPRINT: string;
export function fingerprint(root: string): string;
