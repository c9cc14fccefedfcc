import type { CaseAction, CaseKind, CaseState } from './types'

/** What the desk for 身份事项 says, in Simplified Chinese. */
export const texts = {
  group: '身份核实',
  title: '身份事项办理',
  case: '身份事项详情',
  intro: {
    institution: '本机构医师的原手机不能用了，申请更换账户手机的，由本机构核实身份后办理。',
    authority: '身份证号被他人注册、姓名或身份证号有误、原手机不能用的，由本机关核实身份后办理。',
  },
  tabs: '按状态查看',
  states: { open: '待核实和核实中', upheld: '已予处理', rejected: '未予支持', all: '全部' } satisfies Record<
    CaseState | 'all',
    string
  >,
  columns: {
    number: '编号',
    name: '申请人',
    kind: '事项',
    status: '状态',
    created: '提交时间',
    decided: '办结时间',
    act: '操作',
  },
  open: '核实',
  look: '查看',
  openOf: (verb: string, name: string) => `${verb}：${name}`,
  empty: '没有身份事项',
  emptyHint: '有人提交身份异议或更换手机的申请后，会出现在这里。',
  more: '显示更多',
  back: '返回列表',
  copyNumber: '复制编号',
  applicant: '申请人填写的内容',
  facts: {
    name: '姓名',
    idNumber: '身份证号',
    newPhone: '新手机号',
    phone: '联系手机',
    email: '电子邮箱',
    statement: '情况说明',
    created: '提交时间',
    started: '开始核实',
    decided: '办结时间',
    account: '账户情况',
    reason: '办理意见',
  },
  account: {
    missing: '没有查到账户',
    same: '查到账户，账户姓名与申请人填写的一致',
    other: '查到账户，账户姓名与申请人填写的不一致',
  },
  warnings: {
    missing: '提交时没有查到对应的账户。即使予以处理，也不会改变任何账户，请在意见里告诉申请人怎样办理。',
    other: {
      taken_identity: '账户登记的姓名不是申请人。请核对身份证，确认身份证号属于申请人本人。',
      correction: '账户登记的姓名与申请人填写的不同。予以处理后，账户的姓名和身份证号都改为申请人填写的内容。',
      phone_replacement: '账户登记的姓名与申请人填写的不同。请确认申请人就是账户的主人。',
    } satisfies Record<CaseKind, string>,
  },
  evidence: '证明材料',
  evidenceHint: '点开看大图。每次查看都会留下记录。',
  evidenceOf: (place: number, count: number) => `证明材料第 ${place} 张，共 ${count} 张`,
  evidenceFailed: '这张照片没有读出来。',
  retry: '重试',
  decision: {
    heading: '核实与决定',
    check: '请逐项核对',
    points: {
      taken_identity: [
        '身份证照片清楚，姓名、身份证号与申请人填写的一致。',
        '证件在有效期内，人像与手持照片是同一个人。',
        '先点“开始核实”，被异议的账户会暂停使用，再向账户原来的手机了解情况。',
      ],
      correction: [
        '身份证照片清楚，姓名、身份证号与申请人填写的一致。',
        '更名的，有户口本变更记录等证明。',
      ],
      phone_replacement: [
        '身份证照片清楚，姓名、身份证号与申请人填写的一致。',
        '手持身份证的人像与证件是同一个人。',
        '拿不准的，请本人带身份证原件到场。',
      ],
    } satisfies Record<CaseKind, readonly string[]>,
    reason: '办理意见',
    reasonHelp: '申请人查询时会看到。不要写身份证号、手机号。',
    templates: {
      uphold: '经核对身份证原件照片，情况属实，予以处理。',
      unclear: '证明材料不清晰，请补充清晰的身份证正反面和本人手持身份证的照片后重新提交。',
      differs: '提交的证件与填写的姓名、身份证号不一致，请核对后重新提交。',
    },
    templatesTitle: '常用意见',
    missingReason: '请填写办理意见。',
    actions: { start: '开始核实', uphold: '情况属实，予以处理', reject: '不予支持' } satisfies Record<CaseAction, string>,
    confirmTitle: { start: '开始核实', uphold: '确认予以处理', reject: '确认不予支持' } satisfies Record<CaseAction, string>,
    effects: {
      start: {
        taken_identity: '被异议的账户会暂停使用，它在各处的登录都会退出，并用短信告知账户原来的手机。',
        correction: '申请人查询时会看到“核实中”。',
        phone_replacement: '申请人查询时会看到“核实中”。',
      },
      uphold: {
        taken_identity: '被异议的账户会关闭，不能再恢复；申请人可以用自己的身份证号重新注册。',
        correction: '账户的姓名和身份证号改为申请人填写的内容，并用短信告知账户的手机。',
        phone_replacement: '账户的手机换成新号码，原来的登录都会退出，并用短信告知原来的手机。',
      },
      reject: {
        taken_identity: '账户不作改变；已经暂停的，恢复使用。',
        correction: '账户不作改变。',
        phone_replacement: '账户不作改变，手机仍是原来的号码。',
      },
    } satisfies Record<CaseAction, Record<CaseKind, string>>,
    told: '系统用短信通知申请人来查询结果。',
    working: '正在办理…',
    done: { start: '已开始核实。', uphold: '已予处理，系统会通知申请人。', reject: '已办结，系统会通知申请人。' } satisfies Record<
      CaseAction,
      string
    >,
    nobody: {
      institution: '由本机构管理员核实决定。本人的事项不能由本人决定。',
      authority: '由本机关审批人或管理员核实决定。本人的事项不能由本人决定。',
    },
    closed: '这件事项已经办结。',
  },
  home: {
    link: (count: number, more: boolean) => `身份事项有 ${count} 件${more ? '以上' : ''}等待核实`,
  },
}
