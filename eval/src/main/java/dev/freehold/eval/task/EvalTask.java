package dev.freehold.eval.task;

import dev.freehold.chat.ChatRequest;
import dev.freehold.eval.judge.Criterion;

/// One thing that backends are asked, and how replies to it are judged.
///
/// @param id its name, unlike that of any other task of the set
/// @param group tasks of a group have a score of their own; may be empty
/// @param language of the task, as `de`; empty where it has none
/// @param request what is asked; its model is that of the backend
/// @param question what is asked as text, for judges and for people
/// @param reference an answer that is right, for judges and for people; may be empty
/// @param digest SHA-256 of all that the task says, in hexadecimal digits
public record EvalTask(
    String id,
    String group,
    String language,
    ChatRequest request,
    String question,
    Criterion criterion,
    String reference,
    String digest) {}
