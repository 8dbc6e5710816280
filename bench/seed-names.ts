/** Names that go together, the frequent ones first; as many of each in every culture. */
export const CULTURES = [
  {
    first: ['Anna', 'James', 'Maria', 'David', 'Sarah', 'Thomas', 'Emma', 'Daniel', 'Laura', 'Ada'],
    last: ['Smith', 'Johnson', 'Brown', 'Taylor', 'Wilson', 'Evans', 'Walker', 'Clarke', 'Hall', 'Lovelace'],
  },
  {
    first: ['Anna', 'Jürgen', 'Käthe', 'Lukas', 'Zoë', 'Björn', 'Sophie', 'Jonas', 'Frieda', 'Matthias'],
    last: [
      'Müller',
      'Schmidt',
      'Weiß',
      'Fischer',
      'Jørgensen',
      'Wagner',
      'Koch',
      'Bauer',
      'Schäfer',
      'Vogel',
    ],
  },
  {
    first: ['María', 'José', 'Carmen', 'Iñigo', 'Lucía', 'João', 'Sofía', 'Diego', 'Inês', 'Álvaro'],
    last: ['García', 'Silva', 'Muñoz', 'Pérez', 'Santos', 'Núñez', 'Romero', 'Gonçalves', 'Ortiz', 'Vega'],
  },
  {
    first: ['Анна', 'Иван', 'Ольга', 'Дмитрий', 'Елена', 'Сергей', 'Мария', 'Алексей', 'Ирина', 'Юрий'],
    last: [
      'Иванова',
      'Петров',
      'Шевченко',
      'Кузнецов',
      'Попова',
      'Бойко',
      'Орлов',
      'Зайцева',
      'Лебедев',
      'Чехов',
    ],
  },
  {
    first: ['伟', '秀英', '明', '丽', '健太', 'さくら', '민준', '서연', '강', '芳'],
    last: ['王', '李', '张', '刘', '佐藤', '鈴木', '김', '이', '陈', '欧阳'],
  },
  {
    first: ['محمد', 'فاطمة', 'أحمد', 'مريم', 'علي', 'नेहा', 'राहुल', 'प्रिया', 'आरव', 'ليلى'],
    last: ['حسن', 'العلي', 'منصور', 'خليل', 'الشامي', 'शर्मा', 'पटेल', 'सिंह', 'वर्मा', 'نجار'],
  },
];

/** Three of them make a rare last name. */
export const SYLLABLES =
  'bra dun fel gor hux jol kam lind mor nest pol quin rath sel tor und vik wend yar zab'.split(' ');

export const DOMAINS = [
  'gmail.com',
  'gmail.com',
  'outlook.com',
  'yahoo.com',
  'web.de',
  'qq.com',
  'example.org',
];

export const TAGS = ['newsletter', 'vip', 'press', 'speaker', 'sponsor', 'volunteer'];
