//! One test per case found in `fixtures/`, one per platform's required set, one for what does not belong there.

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use naru_adapters::PLATFORMS;
use naru_contract_tests::fixture::{self, Case, Group, Mode, Shape, Tree};
use naru_contract_tests::openapi::{self, Document};
use naru_contract_tests::required;
use naru_contract_tests::vocabulary::{self, VOCABULARY};

fn main() -> ExitCode {
    let shapes: Vec<_> = PLATFORMS.iter().map(|platform| Shape::of(platform)).collect();
    let tree = Tree::find(&fixture::root(), &shapes);
    let mut trials: Vec<_> = tree.cases.iter().map(case).collect();
    for shape in &shapes {
        for flavour in shape.spellings() {
            trials.push(required(shape, flavour.as_deref(), &tree.cases));
            trials.push(vocabulary(shape, flavour.as_deref(), &tree.cases));
        }
    }
    trials.extend(line_openapi(&tree.cases));
    trials.push(nothing_strays(&tree));
    trials.push(something_was_found(tree.cases.len()));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn case(case: &Case) -> Trial {
    let case = case.clone();
    Trial::test(case.to_string(), move || {
        let platform =
            naru_adapters::platform(&case.platform).expect("only platforms of the registry are found");
        fixture::run(&case, platform, Mode::of_environment()).map_err(Failed::from)
    })
}

fn required(shape: &Shape, flavour: Option<&str>, cases: &[Case]) -> Trial {
    let spelling = flavour.map_or_else(String::new, |flavour| format!("/{flavour}"));
    let missing = required::missing(shape, flavour, cases);
    Trial::test(format!("{}{spelling}/shows-every-required-case", shape.platform), move || {
        if missing.is_empty() {
            Ok(())
        } else {
            Err(format!("{} required cases are missing:\n  {}", missing.len(), missing.join("\n  ")).into())
        }
    })
}

fn vocabulary(shape: &Shape, flavour: Option<&str>, cases: &[Case]) -> Trial {
    let spelling = flavour.map_or_else(String::new, |flavour| format!("/{flavour}"));
    let words = VOCABULARY.iter().find(|(platform, _)| *platform == shape.platform).map(|(_, words)| *words);
    let missing = words.map(|words| vocabulary::missing(words, shape, flavour, cases));
    Trial::test(format!("{}{spelling}/shows-every-event-and-message-type", shape.platform), move || {
        match missing {
            None => Err("the platform has no list in contract-tests/src/vocabulary".into()),
            Some(missing) if missing.is_empty() => Ok(()),
            Some(missing) => {
                Err(format!("{} are missing:\n  {}", missing.len(), missing.join("\n  ")).into())
            }
        }
    })
}

/// Every call that a LINE fixture expects, against LINE's own documents; ignored where nobody names their folder.
fn line_openapi(cases: &[Case]) -> Vec<Trial> {
    let folder = openapi::line_folder();
    let documents = Arc::new(folder.as_ref().map(|folder| openapi::line(folder)));
    let calling = cases.iter().filter(|case| case.platform == "line" && case.group != Group::Receive);
    let trial = |case: &Case| {
        let (case, documents) = (case.clone(), documents.clone());
        Trial::test(format!("line/openapi/{}/{}", case.group.folder(), case.name), move || {
            let documents = match documents.as_ref() {
                Some(documents) => documents.as_ref().map_err(Failed::from)?,
                None => return Ok(()),
            };
            fits_openapi(&case, documents)
        })
        .with_ignored_flag(folder.is_none())
    };
    calling.map(trial).collect()
}

fn fits_openapi(case: &Case, documents: &[Document]) -> Result<(), Failed> {
    let platform = naru_adapters::platform(&case.platform).expect("only platforms of the registry are found");
    let mut lines = Vec::new();
    for step in fixture::trace(case, platform)? {
        let faults = openapi::faults(documents, &step.signed);
        lines.extend(faults.into_iter().map(|fault| format!("{}: {fault}", step.call.step)));
    }
    if lines.is_empty() { Ok(()) } else { Err(lines.join("\n").into()) }
}

fn nothing_strays(tree: &Tree) -> Trial {
    let strays = tree.strays.clone();
    Trial::test("fixtures/nothing-strays", move || {
        if strays.is_empty() { Ok(()) } else { Err(strays.join("\n").into()) }
    })
}

fn something_was_found(cases: usize) -> Trial {
    Trial::test("fixtures/some-were-found", move || {
        if cases > 0 {
            Ok(())
        } else {
            Err(format!("did not find any tests in {}", fixture::root().display()).into())
        }
    })
}
