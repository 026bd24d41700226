/// The loop: a model is asked, what it calls is done, and it is asked again.
package dev.freehold.agent.run;
