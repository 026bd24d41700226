/// A local index over folders of documents, and answers that quote them.
@org.jspecify.annotations.NullMarked
module dev.freehold.documents {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.chat;
  requires dev.freehold.tensor;
  requires java.desktop; // PDFBox's geometry
  requires java.logging;
  requires org.apache.fontbox;
  requires org.apache.lucene.analysis.common;
  requires org.apache.lucene.core;
  requires org.apache.pdfbox;
  requires org.apache.pdfbox.io;
  requires org.jsoup;
  requires tools.jackson.databind;

  exports dev.freehold.documents;
  exports dev.freehold.documents.answer;
  exports dev.freehold.documents.extract;
  exports dev.freehold.documents.index;
}
