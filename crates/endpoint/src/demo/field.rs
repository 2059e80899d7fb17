//! What marketing of a demo asked the field and told it, and what came back.

use protocol::console::decisions::Audience;
use protocol::console::field::{BriefingText, QuestionText, TestGroupText};
use protocol::mail::{Claim, Form, Item as Asked, Phase, Subject};
use protocol::note::AcceptanceLevel;
use protocol::reply::{Answer, ItemAnswer, Questionnaire, Reply, Vote};
use protocol::{Action, BriefingId, ClaimId, NoteId, QuestionId, TestGroupId, Words};

use super::{DAY_MS, HOUR_MS, Stage, unix_ms};
use crate::storage::field::{self, Item};
use crate::storage::objection::NotMade;

fn words(en: &str, fr: &str) -> Words {
    Words { en: en.to_owned(), fr: fr.to_owned() }
}

pub(super) fn ask(stage: &mut Stage<'_>) -> Result<(), NotMade> {
    launch(stage)?;
    battlecard(stage)?;
    choice(stage)?;
    open_question(stage)?;
    test_group(stage)
}

impl Stage<'_> {
    /// Writes something for the field and publishes it then; a draft where `is_draft`.
    fn put<T: Item>(&mut self, text: &T, at_ms: i64, is_draft: bool) -> Result<[u8; 16], NotMade> {
        // Every kind of id is made in the same way.
        let id = *BriefingId::new(unix_ms(at_ms), self.dice.bytes()).as_bytes();
        field::make(self.db, &id, text, self.by, at_ms - HOUR_MS)?;
        if !is_draft {
            field::publish::<T>(self.db, &id, None, self.by, at_ms)?;
        }
        Ok(id)
    }

    fn reply(&mut self, rep: usize, reply: Reply, at_ms: i64) -> Result<(), NotMade> {
        let at_ms = at_ms.min(self.now_ms - 1_000);
        let note_id = NoteId::new(unix_ms(at_ms), self.dice.bytes());
        Ok(self.store(rep, note_id, Action::Reply(reply), at_ms - 5_000, at_ms)?)
    }

    fn claim(&mut self, en: &str, fr: &str, source: &str, at_ms: i64) -> Claim {
        Claim {
            claim_id: ClaimId::new(unix_ms(at_ms), self.dice.bytes()),
            text: words(en, fr),
            source: source.to_owned(),
            checked_day: None,
        }
    }
}

fn launch(stage: &mut Stage<'_>) -> Result<(), NotMade> {
    let at_ms = stage.now_ms - 6 * 7 * DAY_MS;
    let claims = vec![
        stage.claim(
            "Thirty hours of music with one charge",
            "Trente heures de musique par charge",
            "Our laboratory",
            at_ms,
        ),
        stage.claim(
            "Lighter than any other of its class",
            "Plus léger que tous ceux de sa classe",
            "Comparison of six models",
            at_ms,
        ),
    ];
    let text = BriefingText {
        subject: Subject::Product("Orbit 50 headphones".to_owned()),
        phase: Some(Phase::Launch),
        title: words("Orbit 50: the launch", "Orbit 50 : le lancement"),
        text: words(
            "## In one sentence\n\nHeadphones for whoever works where others talk.\n\n\
             ## What to show\n\n1. Put them on the customer.\n2. Switch the silence on.\n\
             3. Say nothing for ten seconds.\n",
            "## En une phrase\n\nUn casque pour qui travaille là où d'autres parlent.\n\n\
             ## Que montrer\n\n1. Le poser sur la tête du client.\n2. Allumer le silence.\n\
             3. Se taire dix secondes.\n",
        ),
        claims: claims.clone(),
        is_acknowledgement_wanted: true,
        audience: Audience::Everyone,
    };
    let briefing_id = BriefingId::from_bytes(stage.put(&text, at_ms, false)?);
    let draft = BriefingText {
        phase: Some(Phase::FollowUp),
        title: words("Orbit 50: six weeks later", "Orbit 50 : six semaines après"),
        text: Words::default(),
        claims: Vec::new(),
        ..text
    };
    stage.put(&draft, stage.now_ms - 2 * DAY_MS, true)?;
    for rep in 0..9 {
        let read_at_ms = at_ms + (8 + stage.dice.below_i64(90)) * HOUR_MS;
        stage.reply(rep, Reply::Acknowledgement { briefing_id, revision: 1 }, read_at_ms)?;
        for (claim, place) in claims.iter().zip(0..) {
            if stage.dice.percent(60) {
                let is_true = place == 0 || stage.dice.percent(50);
                let text = (!is_true).then(|| "The new Nordlys is lighter.".to_owned());
                let vote = Vote { briefing_id, claim_id: claim.claim_id, is_true, text };
                stage.reply(rep, Reply::Vote(vote), read_at_ms + DAY_MS)?;
            }
        }
    }
    Ok(())
}

fn battlecard(stage: &mut Stage<'_>) -> Result<(), NotMade> {
    let at_ms = stage.now_ms - 2 * 7 * DAY_MS;
    let claim = stage.claim(
        "Kestrel's guarantee is one year, ours two",
        "La garantie de Kestrel est d'un an, la nôtre de deux",
        "Their conditions of sale",
        at_ms,
    );
    let text = BriefingText {
        subject: Subject::Competitor("Kestrel Imaging".to_owned()),
        phase: None,
        title: words("When they say Kestrel", "Quand ils disent Kestrel"),
        text: words(
            "They are cheaper, and getting cheaper. Do not speak of the price first.\n\n\
             - Ask what happens in the second year.\n- Show the menu in their language.\n",
            "Ils sont moins chers, et de moins en moins. Ne parlez pas d'abord du prix.\n\n\
             - Demandez ce qui se passe la deuxième année.\n- Montrez le menu dans leur langue.\n",
        ),
        claims: vec![claim],
        is_acknowledgement_wanted: true,
        audience: Audience::Everyone,
    };
    let briefing_id = BriefingId::from_bytes(stage.put(&text, at_ms, false)?);
    for rep in [0, 2, 3, 5, 8] {
        let read_at_ms = at_ms + (4 + stage.dice.below_i64(120)) * HOUR_MS;
        stage.reply(rep, Reply::Acknowledgement { briefing_id, revision: 1 }, read_at_ms)?;
    }
    Ok(())
}

fn choice(stage: &mut Stage<'_>) -> Result<(), NotMade> {
    let at_ms = stage.now_ms - 4 * 7 * DAY_MS;
    let text = QuestionText {
        text: words(
            "Which colour do people ask for first?",
            "Quelle couleur demande-t-on en premier ?",
        ),
        choices: vec![
            words("Black", "Noir"),
            words("White", "Blanc"),
            words("Red", "Rouge"),
            words("None", "Aucune"),
        ],
        product: Some("Orbit 50 headphones".to_owned()),
        audience: Audience::Everyone,
        quota: Some(6),
        expires_at_ms: None,
    };
    let question_id = QuestionId::from_bytes(stage.put(&text, at_ms, false)?);
    for rep in 0..7 {
        let choice = Some([1, 1, 0, 1, 2, 1, 0][rep]);
        let answer = Answer { question_id, choice, text: None, customer: None };
        let hours = i64::try_from(rep).unwrap_or_default() * 9 + 5;
        stage.reply(rep, Reply::Answer(answer), at_ms + hours * HOUR_MS)?;
    }
    Ok(())
}

fn open_question(stage: &mut Stage<'_>) -> Result<(), NotMade> {
    let at_ms = stage.now_ms - 3 * DAY_MS;
    let text = QuestionText {
        text: words(
            "What do schools do with projectors in summer?",
            "Que font les écoles des projecteurs en été ?",
        ),
        choices: Vec::new(),
        product: Some("Pico 3 projector".to_owned()),
        audience: Audience::Everyone,
        quota: None,
        expires_at_ms: Some(stage.now_ms + 11 * DAY_MS),
    };
    let question_id = QuestionId::from_bytes(stage.put(&text, at_ms, false)?);
    for (rep, said, customer) in [
        (0, "Rangés sous clé, sans que personne ne nettoie le filtre.", Some("Lycée Faidherbe")),
        (3, "They lend them to the council for weddings.", Some("Greenwich Council")),
        (7, "Nothing, they stand in the cupboard.", None),
    ] {
        let (text, customer) = (Some(said.to_owned()), customer.map(str::to_owned));
        let answer = Answer { question_id, choice: None, text, customer };
        let later_ms = (6 + stage.dice.below_i64(40)) * HOUR_MS;
        stage.reply(rep, Reply::Answer(answer), at_ms + later_ms)?;
    }
    Ok(())
}

fn test_group(stage: &mut Stage<'_>) -> Result<(), NotMade> {
    let at_ms = stage.now_ms - 5 * 7 * DAY_MS;
    let item = |en, fr, form| Asked { text: words(en, fr), form };
    let members = ["Lycée Faidherbe", "Médiathèque de Colmar", "Southwark School of Art"];
    let text = TestGroupText {
        title: words("Pico 3 with the quiet mode", "Pico 3 en mode silencieux"),
        text: words(
            "Three weeks in a classroom, then ask whoever teaches there.",
            "Trois semaines dans une classe, puis demandez à qui y enseigne.",
        ),
        product: Some("Pico 3 projector".to_owned()),
        customers: members
            .iter()
            .chain(&["Nottingham Trent Library"])
            .map(|&it| it.to_owned())
            .collect(),
        audience: Audience::Everyone,
        marketers: vec![super::MARKETER.to_owned()],
        items: vec![
            item("How do you take to it?", "Comment l'accueillez-vous ?", Form::Acceptance),
            item("Is it quiet enough?", "Est-il assez silencieux ?", Form::YesNo),
            item(
                "Where does it stand?",
                "Où est-il posé ?",
                Form::Choice(vec![
                    words("On a table", "Sur une table"),
                    words("Above", "Au plafond"),
                ]),
            ),
            item("What is missing?", "Que manque-t-il ?", Form::Text),
        ],
        expires_at_ms: None,
    };
    let test_group_id = TestGroupId::from_bytes(stage.put(&text, at_ms, false)?);
    let others = ["Université de Nîmes", "Greenwich Council"];
    for (place, customer) in members.iter().chain(&others).enumerate() {
        let is_member = place < members.len();
        let level = if is_member { AcceptanceLevel::Likes } else { AcceptanceLevel::Reluctant };
        let reply = Reply::Questionnaire(Questionnaire {
            test_group_id,
            customer: (*customer).to_owned(),
            visit_id: None,
            answers: vec![
                ItemAnswer::Acceptance(level),
                ItemAnswer::YesNo(is_member),
                ItemAnswer::Choice(u16::from(place % 2 == 1)),
                ItemAnswer::Text("A longer cable.".to_owned()),
            ],
        });
        let weeks = i64::try_from(place).unwrap_or_default() % 3 + 1;
        stage.reply([0, 1, 3, 2, 9][place], reply, at_ms + weeks * 7 * DAY_MS)?;
    }
    Ok(())
}
