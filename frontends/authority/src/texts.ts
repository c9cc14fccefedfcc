/** Menu and pages of the authority portal, in the manual's words. */
export const texts = {
  group: '执业注册',
  page: '中医（专长）医师业务办理',
  queue: '业务审批',
}
