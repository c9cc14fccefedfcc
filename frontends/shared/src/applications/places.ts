/** An address with its district in front, unless it says so itself. */
export function placeOf({ division_name: division, address }: { division_name: string; address: string }): string {
  return address.includes(division) ? address : `${division} ${address}`
}
