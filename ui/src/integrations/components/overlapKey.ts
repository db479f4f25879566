/** Until when two secrets sign, as this browser knows it; the server does not tell it afterwards. */
export const overlapKey = (id: string) => `linkspan.rotated.${id}`;
