/** What the page of the due 备案 says. */
export const texts = {
  title: '到期备案',
  intro:
    '本机关注册、备案将满或已满二年的医师。二年内可以取消备案；满二年没有取消的，只能注销后重新注册，由本机关依职权注销，系统不会自动注销。',
  approversOnly: '依职权注销由审批人办理。您可以查看。',
  columns: { name: '姓名', institution: '办理备案的机构', filed: '备案日期', until: '可取消备案至', left: '剩余时间', act: '操作' },
  late: (days: number) => `已满二年，超过 ${days} 天`,
  today: '今天是最后一天',
  left: (days: number) => `剩 ${days} 天`,
  deregister: '依职权注销',
  deregisterOf: (name: string) => `依职权注销：${name}`,
  waits: '期满后可注销',
  openCase: (title: string) => `正在办理：${title}`,
  unknown: '未登记',
  empty: '没有将满或已满二年的备案',
  emptyHint: '备案在到期前 90 天内会出现在这里。',
  total: (count: number) => `共 ${count} 件`,
} as const
