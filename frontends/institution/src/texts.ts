/** Menu and pages of the institution portal, in the manual's words. */
export const texts = {
  group: '业务办理',
  queue: '医师申请业务办理',
}
