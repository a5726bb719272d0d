import { MAX_PRICE_USD } from '../../domain/admission.ts';

/** Options of reads that exclude invalid prices, which another program or an older version wrote. */
export const VALID_PRICES = { FILTER_BY_VALUE: { min: Number.MIN_VALUE, max: MAX_PRICE_USD } } as const;

const { min, max } = VALID_PRICES.FILTER_BY_VALUE;

/** The same for scripts. */
export const VALID_PRICES_LUA = `local VALID_PRICES = { 'FILTER_BY_VALUE', '${min}', '${max}' }`;
