interface Link {
  place: string
  title: string
}

interface Question {
  title: string
  answer: string[]
  /** A page of this portal. */
  to?: Link
  /** A page of another portal. */
  href?: Link
}

const questions: Question[] = [
  {
    title: '什么是中医（专长）医师？',
    answer: [
      '以师承方式学习中医，或者经多年实践医术确有专长的人员，经省级中医药主管部门考核合格，取得中医（专长）医师资格；注册后才可以行医。',
      '他们只能在登记的机构，使用登记的中医药技术方法，治疗登记的病证。',
    ],
  },
  {
    title: '怎样知道一位医师能不能执业？',
    answer: ['填写医师的完整姓名，再选择执业机构或填写证书编号，就能看到现在的注册状态、执业机构、技术方法和病证。'],
    to: { place: '/register', title: '查医师注册信息' },
  },
  {
    title: '怎样查验一份电子证照？',
    answer: [
      '用手机相机扫证照上的二维码，打开的页面会显示证照现在的状态、持证人的照片和执业范围。医师当面出示的二维码每 30 秒更换一次，截图不能代替。',
      '没有网络时也能查验签名和本机保存的失效名单；联网后应当再查一次。PDF 证照一直能打开，是否有效以扫码查验的结果为准。',
    ],
    to: { place: '/v', title: '查验电子证照' },
  },
  {
    title: '我是医师，第一次使用怎么办？',
    answer: ['从个人端进入，注册账户，核验身份，激活后即可申请执业注册。忘记登录名或密码，也在个人端的登录页找回。'],
    href: { place: '/doctor/', title: '进入个人端' },
  },
  {
    title: '我在医疗机构或主管部门工作，没有账号怎么办？',
    answer: ['机构端和管理端不能自行注册。请由本单位的管理员发出邀请；本单位还没有管理员的，请联系上级或批准本机构执业的主管部门。'],
  },
  {
    title: '发现有人无证行医或者超范围执业怎么办？',
    answer: ['请向当地卫生健康主管部门或中医药主管部门反映，也可以拨打 12320 卫生热线咨询。'],
  },
]

export const texts = { heading: '帮助', questions }
