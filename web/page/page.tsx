import { useEffect, useMemo, useState } from 'preact/hooks';
import { ChartPanel } from '../chart/chart-panel.tsx';
import { now } from '../feed/clock.ts';
import { RecordSection } from '../record/record-section.tsx';
import { figuresIn } from '../words/figures.ts';
import { chooseLanguage, currentLanguage, LANGUAGES, type Language } from '../words/language.ts';
import { Field } from './answer/field.tsx';
import { verdictOf } from './answer/verdict.ts';
import { Api } from './api.tsx';
import { isEverythingFailing } from './failing-sources.ts';
import { Headlines } from './headlines.tsx';
import { Masthead } from './masthead.tsx';
import { Sources } from './sources.tsx';
import { useAnswer, useSources } from './state.ts';
import { tintBrowserBar, updateTab } from './tab.ts';
import { watchTheme } from './theme.ts';

export function Page() {
  const [language, setLanguage] = useState<Language>(currentLanguage);
  const words = LANGUAGES[language];
  const figures = useMemo(() => figuresIn(words), [words]);
  const { answer, isEmpty, losses, connection, lostSince } = useAnswer();
  const { sources, isFailing } = useSources(answer?.as_of);
  const verdict = verdictOf(answer, isEmpty);
  const isLost = lostSince !== undefined;
  const isDim = answer?.stale === true || isLost;

  useEffect(() => {
    updateTab({ words, figures, verdict, answer, isLost });
    tintBrowserBar();
  });
  useEffect(() => watchTheme(tintBrowserBar), []);

  function changeLanguage(chosen: Language): void {
    chooseLanguage(chosen);
    setLanguage(chosen);
  }

  const source = answer?.source ?? sources?.source;
  const asOf = answer && Date.parse(answer.as_of);
  // Without a history to draw, the steps to take replace the chart.
  const showsTroubleshooting = verdict === 'empty' && isEverythingFailing(sources);
  const sourcesSection = (
    <Sources
      words={words}
      figures={figures}
      source={source}
      sources={sources}
      isFailing={isFailing}
      now={now()}
    />
  );
  return (
    <main>
      <div class="field" data-verdict={verdict} data-dim={isDim}>
        <Masthead
          words={words}
          language={language}
          connection={connection}
          isCurrent={answer?.stale === false || verdict === 'asking'}
          first={showsTroubleshooting ? 'sources' : 'chart'}
          onLanguage={changeLanguage}
        />
        <Field
          words={words}
          figures={figures}
          verdict={verdict}
          answer={answer}
          sources={sources}
          lostSince={lostSince}
        />
      </div>
      <div class="content">
        {showsTroubleshooting ? (
          <div class="cut-off">{sourcesSection}</div>
        ) : (
          // After the store was emptied, the old chart is wrong.
          <ChartPanel key={losses} words={words} figures={figures} asOf={asOf} />
        )}
        <div class="below" data-few={source === 'senticrypt'}>
          {!showsTroubleshooting && (
            <div>
              {sources && answer && answer.source !== 'senticrypt' && (
                <Headlines words={words} figures={figures} sentiment={sources.sentiment} now={now()} />
              )}
              {/* With the headlines, which would move it down otherwise. */}
              {(sources || isFailing) && sourcesSection}
            </div>
          )}
          <div>
            <section aria-labelledby="what-title">
              <h2 id="what-title">{words.what.title}</h2>
              {words.what.text.map((paragraph) => (
                <p key={paragraph}>{paragraph}</p>
              ))}
            </section>
            <Api words={words} />
            {!showsTroubleshooting && <RecordSection words={words} figures={figures} />}
          </div>
        </div>
      </div>
    </main>
  );
}
